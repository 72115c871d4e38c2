"""The workbook offered to whoever keeps none: filled with the partner's last return, it reads back
as it is, by the layout « modele-beffroi » that goes with it.
"""
