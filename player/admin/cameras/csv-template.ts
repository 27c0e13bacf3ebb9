/** The file that the import page offers: the columns and one example of each common way. */
export const CSV_TEMPLATE = `name,number,group,class,latitude,longitude,heading,purpose,notice,kind,url,subUrl,username,password
`;
